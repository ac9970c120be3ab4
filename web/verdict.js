// SPDX-License-Identifier: Apache-2.0
// The rules of src/ispup/push/verdict.c, without a clock: tests/data/verdicts.csv tests both.
"use strict";

self.VERDICT = (() => {
// Without a prototype: `constructor` is no state.
const UNDER_WAY = {
  __proto__: null, receiving: "receiving", checking: "receiving", writing: "writing",
  restarting: "restarting", trial: "trial", "rolling-back": "rolling-back", strange: "strange-state",
};
const AT_REST = ["idle", "confirmed", "rolled-back", "unconfirmed", "failed", "lost"];
const BAD_ENDS = {
  __proto__: null, "rolled-back": "not-done", failed: "not-done", unconfirmed: "unknown",
};

const say = (verdict, reason) => ({verdict, reason});
const wait = (facts, reason) => say(facts.over === "yes" ? "unknown" : "wait", reason);
const isOther = ({state, runs}) => state === "unconfirmed" && runs === "other";
const badEnd = facts => isOther(facts) ? ["not-done", "rolled-back"]
  : BAD_ENDS[facts.state] && [BAD_ENDS[facts.state], facts.state];
// An end counts if it was seen twice: between two writes a camera can look ended.
const end = (facts, verdict, reason) =>
  say(facts.settled === "yes" || facts.over === "yes" ? verdict : "wait", reason);

function noWitness(facts) {
  if (facts.answer !== "whole")
    return {none: "silent", denied: "denied"}[facts.answer] || "no-record";
  if (facts.id !== "same")
    return facts.id === "other" ? "other-camera" : "id-missing";
  if (facts.platform === "other")
    return "other-platform";
  return facts.number === "lower" ? "number-lower" : "";
}

const runsAlready = facts => facts.runs === "ours" && facts.next === "none" &&
  ["idle", "confirmed", "rolled-back"].includes(facts.state);

function before(facts) {
  const {state, runs} = facts;
  if (state === "trial" && runs === "ours")
    return say("wait", state);
  if (UNDER_WAY[state] && !facts.isGivenUp)
    return say("not-done", UNDER_WAY[state]);
  if (runsAlready(facts))
    return say("already", "runs-image");
  return state === "unconfirmed" && runs === "ours" ? say("unknown", state) : say("send", "free");
}

function attached(facts) {
  const {state} = facts;
  if (facts.number !== "same")
    return wait(facts, "number-skipped");
  if (runsAlready(facts))
    return say("already", "runs-image");
  if (facts.update === "ours" && badEnd(facts))
    return end(facts, ...badEnd(facts));
  return wait(facts, UNDER_WAY[state] || (state === "lost" ? state : "other-update"));
}

function withoutTrace({state, number, boot, reply, runs}, isOurs) {
  if (state === "lost")
    return state;
  if (number === "skipped")
    return "number-skipped";
  if (boot === "same")
    return reply === "ok" || isOurs ? "no-restart" : "no-trace";
  if (number === "same")
    return "no-trace";
  return state === "confirmed" && runs !== "ours" ? "other-image" : "other-update";
}

function uploaded(facts) {
  const {state} = facts, isOurs = facts.number === "next" && facts.update === "ours";
  if (isOurs && state === "confirmed" && facts.boot === "other" && facts.runs === "ours")
    return say("done", state);
  if (facts.reply === "error" && (!isOurs || isOther(facts)))
    return say("not-done", "refused");
  if (isOurs && badEnd(facts))
    return end(facts, ...badEnd(facts));
  return wait(facts, UNDER_WAY[state] || withoutTrace(facts, isOurs));
}

function decide(facts) {
  if (facts.action === "before")
    return before(facts);
  const why = noWitness(facts);
  if (why)
    return why === "denied" ? end(facts, "unknown", why) : wait(facts, why);
  return facts.action === "attach" ? attached(facts) : uploaded(facts);
}

function number(from, to) {
  const digits = /^\d{1,19}$/;
  if ((from && !digits.test(from)) || !digits.test(to))
    return "lower";
  const more = BigInt(to) - BigInt(from || 0);
  return more < 0 ? "lower" : more > 1 ? "skipped" : more > 0 ? "next" : "same";
}

// `image`: the digest of its descriptor.
function compare(from, to, image) {
  const ours = digest => image && digest === image ? "ours" : "other";
  const state = to.ISP_STATE, id = from.CAMERA_ID, platform = from.ISP_PLATFORM;
  return {
    id: !id || id === to.CAMERA_ID ? "same" : to.CAMERA_ID ? "other" : "missing",
    platform: platform && to.ISP_PLATFORM && platform !== to.ISP_PLATFORM ? "other" : "same",
    state: UNDER_WAY[state] || AT_REST.includes(state) ? state : "strange",
    boot: from.BOOT_ID === to.BOOT_ID ? "same" : "other",
    number: number(from.ISP_UPDATE || "", to.ISP_UPDATE || ""),
    update: ours(to.ISP_UPDATE_SHA256),
    runs: to.ISP_IMAGE_SHA256 ? ours(to.ISP_IMAGE_SHA256) : "unknown",
    next: to.ISP_NEXT ? "other" : "none",
  };
}

// The other orders (src/ispup/push/order_verdict.c); `to` is null without a record.
function order(kind, reply, from, to, isOver) {
  if (kind === "save")
    return {ok: say("done", kind), error: say("not-done", "refused")}[reply] || say("unknown", "no-trace");
  const open = reason => say(isOver ? "unknown" : "wait", reason);
  const same = key => from[key] === to[key];
  if (!to)
    return open("silent");
  if ((from.CAMERA_ID && !same("CAMERA_ID")) || !same("ISP_PLATFORM"))
    return open("other-camera");
  if (!same("ISP_UPDATE"))
    return open("number-skipped");
  const state = to.ISP_STATE, digest = from.ISP_PREVIOUS_SHA256, isBoot = same("BOOT_ID");
  if (kind === "rollback" && ["rolled-back", "unconfirmed"].includes(state) && !isBoot && digest &&
      digest === to.ISP_IMAGE_SHA256)
    return say("done", kind);
  if (reply === "error" && !(kind === "rollback" && ["rolling-back", "restarting"].includes(state)))
    return say("not-done", "refused");
  if (reply !== "error" && ((kind === "confirm" && isBoot &&
      (state === "confirmed" || (from.ISP_STATE === "unconfirmed" && state === "rolled-back"))) ||
                            (kind === "restart" && !isBoot)))
    return say("done", kind);
  return open(UNDER_WAY[state] || (isBoot ? "no-restart" : "no-trace"));
}

return {decide, compare, order};
})();
