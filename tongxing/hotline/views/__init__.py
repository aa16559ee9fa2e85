"""The pages of the desk."""

from tongxing.hotline.views.calls import call, call_back, keep, link_child, reply, show_counsel
from tongxing.hotline.views.desk import desk, receipt, start, tap
from tongxing.hotline.views.lists import export, listing, statistics, statistics_export

__all__ = ["call", "call_back", "desk", "export", "keep", "link_child", "listing", "receipt", "reply", "show_counsel", "start", "statistics", "statistics_export", "tap"]
