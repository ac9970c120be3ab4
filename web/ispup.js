// SPDX-License-Identifier: Apache-2.0
// What a camera says is set as text, never as markup. See docs/page.md.
"use strict";

const SECOND = 1000, MINUTE = 60 * SECOND;
const ANSWER_SIZE = 16384;
const BUSY = ["receiving", "checking", "writing", "restarting", "trial", "rolling-back"];
// The first line that fits counts.
const ADVICE = [
  [/^(writing|restarting|rolling-back|no-restart)|not finished/, "restart"], [/^silent/, "silent"],
  [/^(receiving|trial)|update in progress|image on trial|too many/, "busy"], [/signature/, "signature"],
  [/ERROR: (file name|ISP platform|version|gzip|archive|ISP-Image|.* flash)/, "file"],
  [/ERROR: (upload: (ended|no |slower)|form|request)/, "send"], [/ERROR/, "camera"],
];

const isGivenUp = one => /^ERROR: given up/.test(one.ISP_RESULT);
const isBusy = one => BUSY.includes(one.ISP_STATE) && !isGivenUp(one);
const $ = id => document.getElementById(id);
const now = () => performance.now();
const printable = text => text.split("\n")[0].replace(/[^ -~]/g, "?").slice(0, 200);
const language = navigator.languages.map(wanted => LANGUAGES.findIndex(
  one => one.slice(0, 2) === wanted.slice(0, 2))).find(found => found >= 0) || 0;
const t = (key, ...values) => TEXTS[key].split("|")[language].replace(/\{(\d)\}/g, (_, at) => values[at]);

let account = "", ticket = ""; // kept here alone
let open = false; // the camera has shown its record
let refused = "", trouble = ""; // why to log in again; why there is no record
let record = null, job = null, outcome = null; // the last one; under way; until it is closed
let chosen = null, begins = false; // an image; an order is about to be sent

function parse(text) {
  const found = {__proto__: null};
  for (const line of text.split("\n").slice(0, -1)) {
    const [, key, value] = /^([A-Z0-9_]+)='([ -&(-~]*)'$/.exec(line) || [];
    if (!key || key in found)
      return null;
    found[key] = value;
  }
  return text.endsWith("\n") && found.ISP_STATE && found.BOOT_ID ? found : null;
}

function read(status, text) {
  const denies = /^ERROR: (not authorized|too many wrong logins|missing USER)/.test(text);
  const shown = status === 200 ? parse(text) : null;
  return {status, text, record: shown,
          answer: denies || status === 401 ? "denied" : shown ? "whole" : "other",
          words: (status === 200 ? "" : `HTTP ${status} `) + printable(text)};
}

async function beginning(reply) {
  const reader = reply.body.getReader(), decoder = new TextDecoder();
  let text = "", part;
  while (text.length < ANSWER_SIZE && !(part = await reader.read()).done)
    text += decoder.decode(part.value, {stream: true});
  reader.cancel().catch(() => {});
  return text;
}

// A page of another site cannot send these.
const fields = () => ({"X-ISP-Request": "1",
                       ...(account && {"X-ISP-Account": account, "X-ISP-Ticket": ticket})});

async function ask(program, command, method = "GET", time = 15 * SECOND) {
  const guard = new AbortController(), timer = setTimeout(() => guard.abort(), time);
  try {
    const reply = await fetch(`/cgi-bin/${program}?${command}`, {
      method, headers: fields(), signal: guard.signal, cache: "no-store", redirect: "manual"});
    [ticket] = /^\d{1,20}-\w{64}$/.exec(reply.headers.get("X-ISP-Ticket")) || [ticket];
    return read(reply.status, reply.body ? await beginning(reply) : "");
  } catch {
    return {answer: "none", status: 0, text: "", words: "", record: null};
  } finally {
    clearTimeout(timer);
  }
}

let turn = Promise.resolve(), timer;

function look() {
  clearTimeout(timer);
  return turn = turn.catch(() => {}).then(async () => {
    const begun = now(), seen = await ask("update", "ISP_STATUS");
    take(seen, begun);
    clearTimeout(timer);
    if ((open || account) && (job || !document.hidden))
      timer = setTimeout(look, job || trouble ? SECOND : 5 * SECOND);
    return seen;
  });
}

function take(seen, begun) {
  if (seen.answer === "denied")
    return deny(seen);
  if (seen.record) {
    record = seen.record;
    enter();
    if (!self.VERDICT)
      document.head.append(Object.assign(document.createElement("script"), {src: "verdict.js"}));
  }
  trouble = seen.record || job && !isPending() ? "" : seen.answer === "none" ? t("silent")
    : `${t("r-no-record")} ${seen.words}`;
  if (job)
    judge(seen, begun);
  else if (seen.record && isBusy(record))
    begin("attach", {image: record.ISP_UPDATE_SHA256, reply: "lost", isLoose: isComing(record)});
  paint();
}

const windows = new BroadcastChannel("ispup");

function enter() {
  refused = "";
  if (open)
    return;
  open = true;
  $("password").value = "";
  paint();
  $("name").focus();
}

function leave(why) {
  clearTimeout(timer);
  account = trouble = "";
  open = false;
  refused = why;
  $("password").value = "";
  paint();
  $($("user").value ? "password" : "user").focus();
}

// No second try with this password, in any window.
function deny({text}) {
  const why = !account ? "" : text.includes("many") ? "many" : "wrong";
  if (why)
    windows.postMessage(why);
  leave(why);
}

windows.onmessage = ({data}) => account && leave(data);

$("login").onsubmit = async event => {
  event.preventDefault();
  const typed = new TextEncoder().encode(`${$("user").value}:${$("password").value}`);
  account = btoa(String.fromCharCode(...typed));
  $("enter").disabled = true;
  await look();
  $("enter").disabled = false;
};

const isComing = one => ["receiving", "checking"].includes(one.ISP_STATE);

// For a reload, without a password.
function keep() {
  const {kind, before, image, version, reply, words} = job || {};
  try {
    sessionStorage.ispup = JSON.stringify({kind, before, image, version, reply, words});
  } catch {} // Without storage a reload attaches.
}

const touch = one => Object.assign(one, {since: now(), moved: now(), quiet: now(), rest: 0});

function begin(kind, more) {
  job = touch({kind, before: record, image: "", reply: null, begun: now(), looked: now(), grace: 0,
               isUpdate: ["upload", "attach"].includes(kind), abort: () => {}, ...more});
  if (kind !== "attach")
    outcome = null;
  keep();
  paint();
  return job;
}

// Away: 10 minutes; at work: an hour; at rest, and no end: 2. After a gap (sleep) 1 more.
function isOver(shown, begun) {
  if (begun - job.looked > 30 * SECOND)
    job.grace = begun + MINUTE;
  job.looked = begun;
  if (shown)
    job.quiet = begun;
  job.rest = shown && !isBusy(shown) ? job.rest || begun : 0;
  return begun > job.grace && (begun - job.since > 60 * MINUTE ||
    begun - (job.rest || job.quiet) > (job.rest ? 2 : 10) * MINUTE);
}

function isSettled(shown, begun) {
  const end = shown && shown.ISP_STATE + shown.ISP_UPDATE + shown.ISP_UPDATE_SHA256;
  if (end !== job.end)
    [job.end, job.ended] = [end, begun];
  return end && begun - job.ended >= 0.9 * SECOND;
}

// An upload gets its number while it is received, or none.
function rebase(shown) {
  const isSame = shown.ISP_UPDATE === job.before.ISP_UPDATE;
  [job.before, job.image, job.isLoose] = [shown, shown.ISP_UPDATE_SHA256, isComing(shown)];
  if (isSame && !isBusy(shown))
    job = null;
}

function judge(seen, begun) {
  const shown = seen.record, over = isOver(shown, begun);
  const pace = shown && shown.ISP_PROGRESS + shown.ISP_BLOCKS, word = is => is ? "yes" : "no";
  if (pace !== job.pace)
    [job.pace, job.moved] = [pace, now()];
  if (job.reply === null)
    return (over || (shown && shown.BOOT_ID !== job.before.BOOT_ID)) && job.abort();
  const settled = isSettled(shown, begun);
  if (job.isLoose && shown)
    return rebase(shown);
  if (!self.VERDICT)
    return;
  const {decide, compare, order} = VERDICT, verdict = job.isUpdate
    ? decide({...(shown && compare(job.before, shown, job.image)), action: job.kind,
              reply: job.reply, answer: seen.answer, settled: word(settled), over: word(over)})
    : order(job.kind, job.reply, job.before, shown, over);
  job.reason = verdict.reason;
  if (verdict.verdict !== "wait")
    conclude(verdict, seen);
}

const keyOf = reason => [`r-${reason}`, `s-${reason}`, reason, "r-other-camera"].find(key => TEXTS[key]);

function conclude({verdict, reason}, seen, isEnd = true) {
  const {kind, words, version} = job || {};
  const own = reason === "refused" || !seen.record ? words || seen.words
    : lines(seen.record, "STATE", "UPDATE", "RESULT");
  const found = !["done", "already"].includes(verdict) &&
    ADVICE.find(([text]) => text.test(`${reason} ${own}`));
  outcome = {
    verdict, own, title: t(verdict === "already" && kind === "attach" ? "done" : verdict),
    text: t(keyOf(reason), version),
    advice: found ? t(`a-${found[1]}`) : verdict === "unknown" ? t("a-unknown") : "",
  };
  if (isEnd)
    job = null;
  keep();
  paint();
  $("verdict-title").focus();
}

function answered(one, {status, text, words, answer}) {
  const isError = /^ERROR: request: /.test(text) || (status === 200 && text.startsWith("ERROR"));
  one.reply = isError ? "error" : status === 200 && /^OK\r?\n?$/.test(text) ? "ok" : "lost";
  one.words = words;
  touch(one);
  keep();
  if (answer === "denied")
    deny({text});
  else
    look();
}

function send({file, image, version}) {
  const request = new XMLHttpRequest(), form = new FormData();
  const mine = begin("upload", {image, version, sent: 0, size: file.size,
                                abort: () => request.abort()});
  form.append("URL_FIRMWARE_IMAGE", file, file.name);
  request.open("POST", "/cgi-bin/update?ISP_IMAGE_SAVE");
  for (const field of Object.entries(fields()))
    request.setRequestHeader(...field);
  request.upload.onprogress = ({loaded, total}) =>
    Object.assign(touch(mine), {sent: loaded, size: total});
  request.onprogress = ({loaded}) => loaded > ANSWER_SIZE && request.abort();
  request.onloadend = () => answered(mine, read(request.status, request.responseText));
  request.send(form);
}

$("go").onclick = async () => {
  const image = chosen;
  begins = true;
  paint();
  const seen = await look();
  while (!self.VERDICT)
    await new Promise(done => setTimeout(done, 99));
  const first = seen.record &&
    VERDICT.decide({...VERDICT.compare(record, record, image.image), action: "before",
                                       isGivenUp: isGivenUp(record)});
  if (first && first.verdict === "send" && !job)
    send(image);
  else if (first && first.verdict !== "wait")
    conclude(first, seen, !job);
  begins = false;
  paint();
};

function question(key, value) {
  const dialog = $("dialog");
  $("question").textContent = t(`q-${key}`, value);
  $("yes").textContent = t(key, value);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise(done => dialog.onclose = () => done(dialog.returnValue === "yes"));
}

async function give(kind, program, command, method) {
  const version = record.ISP_PREVIOUS;
  if (begins || !await question(kind, version))
    return;
  begins = true;
  const seen = await look();
  begins = false;
  if (!seen.record)
    return;
  const mine = job ? {} : begin(kind, {version});
  const reply = await ask(program, command, method, 10 * MINUTE);
  answered(mine, reply);
  if (mine !== job && mine.reply === "error")
    conclude({verdict: "not-done", reason: "refused"}, {words: reply.words}, false);
}

$("confirm").onclick = () => give("confirm", "update", "CONFIRM", "POST");
$("rollback").onclick = () => give("rollback", "update", "ROLLBACK", "POST");
$("save").onclick = () => give("save", "system", "SAVE");
$("restart").onclick = () => give("restart", "system", "REBOOT");
$("close").onclick = () => {
  outcome = null;
  paint();
  $("name").focus();
};

// crypto.subtle is missing on plain HTTP.
function sha256(bytes) {
  const turned = (x, n) => x >>> n | x << 32 - n, part = x => x % 1 * 2 ** 32 | 0, primes = [];
  for (let n = 2; primes.length < 64; n++)
    if (primes.every(prime => n % prime))
      primes.push(n);
  const hash = primes.slice(0, 8).map(prime => part(prime ** .5));
  const data = new DataView(new ArrayBuffer(bytes.length + 72 >> 6 << 6));
  bytes.concat(128).forEach((byte, i) => data.setUint8(i, byte));
  data.setUint32(data.byteLength - 4, bytes.length * 8);
  for (let at = 0; at < data.byteLength; at += 64) {
    const w = [];
    let [a, b, c, d, e, f, g, h] = hash;
    primes.forEach((prime, i) => {
      const x = w[i - 15], y = w[i - 2];
      w[i] = i < 16 ? data.getInt32(at + 4 * i) : w[i - 7] + w[i - 16] +
        (turned(x, 7) ^ turned(x, 18) ^ x >>> 3) + (turned(y, 17) ^ turned(y, 19) ^ y >>> 10) | 0;
      const one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + (e & f ^ ~e & g) +
        part(Math.cbrt(prime)) + w[i];
      const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + (a & b ^ a & c ^ b & c);
      [a, b, c, d, e, f, g, h] = [one + two | 0, a, b, c, d + one | 0, e, f, g];
    });
    [a, b, c, d, e, f, g, h].forEach((value, i) => hash[i] = hash[i] + value | 0);
  }
  return hash.map(value => (value >>> 0).toString(16).padStart(8, 0)).join("");
}

// Of ISP-Image.desc, the archive's first member. If it cannot be read, the camera says why.
async function digestOf(file) {
  try {
    const reader = file.slice(0, 1 << 20).stream().pipeThrough(new DecompressionStream("gzip"))
      .getReader();
    let bytes = [], end = 512;
    while (bytes.length < end) {
      bytes = [...bytes, ...(await reader.read()).value];
      if (bytes.length >= 512)
        end = 512 + parseInt(String.fromCharCode(...bytes.slice(124, 135)), 8);
    }
    reader.cancel().catch(() => {});
    return sha256(bytes.slice(512, end));
  } catch {
    return "";
  }
}

async function mistakeIn(file) {
  const name = printable(file.name), has = record.ISP_PLATFORM;
  const [, platform] = /^ISP-U-([A-Z0-9]{4})-V\d\.\d\d\.\d\d\.bin$/.exec(name) || [];
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return !name.startsWith("ISP-U-") ? `file name: does not begin with ISP-U-: "${name}"`
    : !platform ? `file name: is not of the form ISP-U-AANP-Vx.xx.xx.bin: "${name}"`
    : has && platform !== has ? `ISP platform: image is for ${platform}, camera is ${has}`
    : !file.size ? "gzip: the file is empty"
    : first === 31 && second === 139 ? "" : "gzip: this is not a gzip file";
}

$("file").onchange = async () => {
  const file = $("file").files[0];
  chosen = null;
  const mistake = file ? await mistakeIn(file).catch(({message}) => message) : "";
  const image = file && !mistake ? await digestOf(file) : "";
  if (file !== $("file").files[0])
    return;
  if (file && !mistake)
    chosen = {file, image, version: file.name.slice(-12, -4)};
  say("mistake", mistake && `ERROR: ${mistake}`);
  say("advice", mistake && t("a-file"));
  paint();
};

addEventListener("dragover", event => event.preventDefault());
addEventListener("drop", event => {
  event.preventDefault();
  if ($("update").hidden || begins || !event.dataTransfer.files.length)
    return;
  $("file").files = event.dataTransfer.files;
  $("file").onchange();
});

function say(id, text) {
  const at = $(id);
  if (at.textContent !== text)
    at.textContent = text;
  at.hidden = !text;
}

function bytes(count) {
  const [unit, name] = count < 1 << 20 ? [1 << 10, "KiB"] : [1 << 20, "MiB"];
  return `${(count / unit).toLocaleString(LANGUAGES[language], {maximumFractionDigits: 1})} ${name}`;
}

const lines = (one, ...keys) => keys.map(key => `ISP_${key}='${one[`ISP_${key}`]}'`).join(" ");
const duration = time => new Date(time).toISOString().slice(11, 19);

const isPending = () => job && job.reply === null;
const isSending = () => isPending() && job.sent < job.size;

function stage() {
  const state = record && record.ISP_STATE, isUpload = job.kind === "upload";
  if (!open)
    return "locked";
  if (isUpload && isPending())
    return isSending() || !isBusy(record) ? "sending" : "storing";
  if (isComing(record))
    return "storing";
  const isAway = job.reason === "silent";
  if (isUpload && job.reply === "ok" && (isAway || state === "restarting"))
    return "stored";
  return isAway || !job.reason && !isBusy(record) ? "away" : keyOf(job.reason || state);
}

function paintWork() {
  const key = stage(), time = now() - job.begun, rate = job.sent / time * SECOND;
  const isMoving = isSending() && job.sent;
  const percent = isMoving ? 100 * job.sent / job.size : key === "storing" ? +record.ISP_PROGRESS : 0;
  say("stage", t(key));
  say("numbers", isMoving ? [
    t("sent", bytes(job.sent), bytes(job.size)), `${bytes(rate)}/s`,
    t("left", duration((job.size - job.sent) / rate * SECOND))].join(" · ")
    : t("since", duration(time)));
  say("work-own", record && job.reason !== "silent" ? lines(record, "STATE", "PROGRESS") : "");
  say("stalled", isPending() && now() - job.moved > MINUTE ? t("stalled") : "");
  $("bar").value = percent || 0;
  if (!percent)
    $("bar").removeAttribute("value");
}

function paintCamera() {
  const {ISP_STATE: state, ISP_NEXT: next, ISP_PREVIOUS: previous} = record;
  const isRest = !isBusy(record), isTrial = state === "trial";
  say("name", record.CAMERA_ID || location.host);
  say("state", t(isGivenUp(record) ? "given-up" : TEXTS[`s-${state}`] ? `s-${state}` : "s-strange-state") +
    (next ? ` ${t("next", next)}` : ""));
  say("chosen", chosen ? t("chosen", record.ISP_VERSION, chosen.version, bytes(chosen.file.size)) : "");
  say("state-own", lines(record, "STATE", "RESULT"));
  for (const at of document.querySelectorAll("dd"))
    at.textContent = record[at.id] || "–";
  const shown = {
    confirm: isTrial || state === "unconfirmed", rollback: previous && (isRest || isTrial),
    save: isRest && !job, restart: job ? state !== "trial" && now() - job.moved > MINUTE : isRest,
  };
  for (const kind in shown)
    $(kind).hidden = !shown[kind];
  $("rollback").textContent = t("rollback", previous);
  const isFree = !begins && !trouble && (!job || job.isUpdate && !isPending());
  $("more").hidden = !isFree || !Object.values(shown).some(is => is);
}

function paint() {
  const isHidden = {login: open, camera: !open || job, more: true, work: !job, verdict: !outcome,
                    update: !open || job || outcome || trouble};
  for (const id in isHidden)
    $(id).hidden = isHidden[id];
  say("trouble", trouble);
  say("refused", refused && t(refused));
  $("file").disabled = begins;
  $("go").disabled = begins || !chosen;
  if (open)
    paintCamera();
  if (job)
    paintWork();
  for (const key of outcome ? ["title", "text", "own", "advice"] : [])
    say(`verdict-${key}`, outcome[key]);
  $("verdict").className = `card ${outcome && outcome.verdict}`;
}

function start() {
  document.documentElement.lang = LANGUAGES[language];
  for (const at of document.querySelectorAll("[data-t]"))
    at.textContent = t(at.dataset.t);
  say("name", location.host);
  if (self !== top)
    return say("trouble", t("frame"));
  $("plain").hidden = location.protocol === "https:";
  addEventListener("beforeunload", event => isSending() && event.preventDefault());
  addEventListener("visibilitychange", () => (open || account) && !document.hidden && look());
  setInterval(() => job && paint(), SECOND / 2);
  try {
    const kept = JSON.parse(sessionStorage.ispup);
    if (kept.kind && kept.kind !== "attach")
      begin(kept.kind, {...kept, reply: kept.reply || "lost"});
  } catch {}
  look();
}

start();
