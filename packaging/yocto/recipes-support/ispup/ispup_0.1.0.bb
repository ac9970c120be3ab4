# SPDX-License-Identifier: Apache-2.0
SUMMARY = "Updates the image signal processor of network cameras"
DESCRIPTION = "Takes firmware updates for the image signal processor of a network camera over \
HTTP. The camera's programs are in ispup, the HTTP server in ispup-server. ispup-native has the \
command that packs, signs and checks images."
LICENSE = "Apache-2.0"
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"
SECTION = "base"

# The sources are those that this layer is a part of.
inherit externalsrc meson pkgconfig systemd
EXTERNALSRC = "${@os.path.realpath(os.path.join(d.getVar('THISDIR'), '../../../..'))}"

DEPENDS = "nettle virtual/crypt zlib"
EXTRA_OEMESON = "-Dinflate=zlib -Dman=disabled -Dstrip=false -Dtests=disabled"

PACKAGECONFIG ??= "https sandbox server"
# The command for a PC alone: sign and pack in the build.
PACKAGECONFIG:class-native = "host"
PACKAGECONFIG[host] = "-Dispup=enabled,-Dispup=disabled,curl"
PACKAGECONFIG[rollout] = "-Drollout=enabled,-Drollout=disabled,sqlite3"
PACKAGECONFIG[gateway] = "-Dgateway=enabled,-Dgateway=disabled,sqlite3 jansson"
PACKAGECONFIG[https] = "-Dhttps=enabled,-Dhttps=disabled,gnutls"
PACKAGECONFIG[sandbox] = "-Dsandbox=enabled,-Dsandbox=disabled,libseccomp"
PACKAGECONFIG[server] = "-Dispupd=enabled,-Dispupd=disabled,libmicrohttpd"

# The samples become the units; none starts before the camera is configured.
do_install:append:class-target() {
    if ${@bb.utils.contains('DISTRO_FEATURES', 'systemd', 'true', 'false', d)}; then
        install -d ${D}${systemd_system_unitdir}
        for sample in ${D}${datadir}/ispup/examples/boot/*.service; do
            sed '/^Description=/a ConditionPathExists=${sysconfdir}/ispup.conf' "$sample" \
                >${D}${systemd_system_unitdir}/$(basename "$sample")
        done
    fi
}

PACKAGE_BEFORE_PN = "${PN}-server ${PN}-host"
FILES:${PN} += "${prefix}/lib/cgi-bin ${datadir}/ispup"
FILES:${PN}-server = "${sbindir}/ispupd ${datadir}/ispup/www ${datadir}/ispup/examples/boot/ispupd* ${systemd_system_unitdir}/ispupd.service"
FILES:${PN}-host = "${bindir}/ispup"
RDEPENDS:${PN}-server = "${PN}"
ALLOW_EMPTY:${PN}-server = "1"

# A product enables them when it has an /etc/ispup.conf.
SYSTEMD_PACKAGES = "${PN} ${@bb.utils.contains('PACKAGECONFIG', 'server', '${PN}-server', '', d)}"
SYSTEMD_SERVICE:${PN} = "ispup-recover.service ispup-trial.service"
SYSTEMD_SERVICE:${PN}-server = "ispupd.service"
SYSTEMD_AUTO_ENABLE = "disable"

BBCLASSEXTEND = "native nativesdk"
