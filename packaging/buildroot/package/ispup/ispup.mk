################################################################################
#
# ispup
#
################################################################################

# The sources are those that this external tree is a part of.
ISPUP_VERSION = 0.1.0
ISPUP_SITE = $(BR2_EXTERNAL_ISPUP_PATH)/../..
ISPUP_SITE_METHOD = local
ISPUP_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = --exclude '/build*' --exclude /demo
ISPUP_LICENSE = Apache-2.0
ISPUP_LICENSE_FILES = LICENSE
ISPUP_DEPENDENCIES = host-pkgconf nettle zlib
ISPUP_CONF_OPTS = -Dispup=disabled -Dinflate=zlib -Dman=disabled -Dtests=disabled

ifeq ($(BR2_PACKAGE_LIBXCRYPT),y)
ISPUP_DEPENDENCIES += libxcrypt
endif

ifeq ($(BR2_PACKAGE_ISPUP_SANDBOX),y)
ISPUP_CONF_OPTS += -Dsandbox=enabled
ISPUP_DEPENDENCIES += libseccomp
else
ISPUP_CONF_OPTS += -Dsandbox=disabled
endif

ifeq ($(BR2_PACKAGE_ISPUP_SERVER),y)
ISPUP_CONF_OPTS += -Dispupd=enabled
ISPUP_DEPENDENCIES += libmicrohttpd
else
ISPUP_CONF_OPTS += -Dispupd=disabled
endif

ifeq ($(BR2_PACKAGE_ISPUP_HTTPS),y)
ISPUP_CONF_OPTS += -Dhttps=enabled
ISPUP_DEPENDENCIES += gnutls
else
ISPUP_CONF_OPTS += -Dhttps=disabled
endif

ISPUP_UNITS = ispup-recover ispup-trial $(if $(BR2_PACKAGE_ISPUP_SERVER),ispupd)
ISPUP_SCRIPTS = S05ispup-recover S99ispup-trial $(if $(BR2_PACKAGE_ISPUP_SERVER),S80ispupd)

# The samples name the places of the programs already.
define ISPUP_UNITS_INSTALL
	mkdir -p $(TARGET_DIR)/usr/lib/systemd/system
	$(foreach unit,$(ISPUP_UNITS),\
		sed '/^Description=/a ConditionPathExists=/etc/ispup.conf' \
			$(TARGET_DIR)/usr/share/ispup/examples/boot/$(unit).service \
			>$(TARGET_DIR)/usr/lib/systemd/system/$(unit).service
	)
endef

define ISPUP_SCRIPTS_INSTALL
	$(foreach script,$(ISPUP_SCRIPTS),\
		$(INSTALL) -D -m 0755 $(ISPUP_PKGDIR)/$(script) \
			$(TARGET_DIR)/etc/init.d/$(script)
	)
endef

ifeq ($(BR2_PACKAGE_ISPUP_INIT),y)
ISPUP_INSTALL_INIT_SYSTEMD = $(ISPUP_UNITS_INSTALL)
ISPUP_INSTALL_INIT_SYSV = $(ISPUP_SCRIPTS_INSTALL)
endif

HOST_ISPUP_DEPENDENCIES = host-pkgconf host-nettle host-zlib host-libcurl
HOST_ISPUP_CONF_OPTS = -Dispup=enabled -Drollout=disabled -Dgateway=disabled -Dispupd=disabled -Dsandbox=disabled \
	-Dinflate=zlib -Dman=disabled -Dtests=disabled

$(eval $(meson-package))
$(eval $(host-meson-package))
