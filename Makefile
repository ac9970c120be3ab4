# SPDX-License-Identifier: Apache-2.0
# A thin door for people; Meson does the work.
.PHONY: build check
build:
	@test -d build || meson setup build
	@ninja -C build
check: build
	@meson test -C build
