# SPDX-License-Identifier: Apache-2.0
"""Every fault of a camera, one class each: the fault, what `ispup push` must say, and the real
outcome. docs/push.md has them as a table. `installed` says whether the new image runs."""

import record_faults
import vendor_faults


def faults_of(module):
    """The faults in the order in which they are written."""
    return [kind for kind in vars(module).values()
            if isinstance(kind, type) and kind.__module__ == module.__name__ and kind.fault]


ALL = faults_of(vendor_faults) + faults_of(record_faults)
