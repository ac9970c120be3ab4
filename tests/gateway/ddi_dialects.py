# SPDX-License-Identifier: Apache-2.0
"""How versions of hawkBit differ in what a device sees; recorded/ shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    needs_id: bool = False  # feedback without the action's id is 404
    quote: str = '"'  # around the ETag of an artifact
    range_of_all: bool = False  # a whole artifact has a Content-Range
    md5_type: dict | None = None  # the Content-Type of a checksum
    has_installed_base: bool = True
    has_confirmation: bool = True
    serves_after_end: bool = False  # an artifact whose action has ended
    lists_history: bool = True  # for actionHistory=-1
    not_readable: str = "org.eclipse.hawkbit.exception.MessageNotReadableException"
    not_found: str = ""  # the reason of a path that is not there
    hal_errors: bool = False  # the errors of a GET are HAL too
    tags_grow: bool = False  # each change makes another tag


DIALECTS = {
    "1.0.4": Dialect(md5_type={"Content-Type": "text/plain"}),
    "0.3.0M7": Dialect(
        needs_id=True, quote="", range_of_all=True, has_installed_base=False,
        has_confirmation=False, serves_after_end=True, lists_history=False, hal_errors=True,
        tags_grow=True, not_found="Not Found",
        not_readable="org.eclipse.hawkbit.rest.exception.MessageNotReadableException"),
}
