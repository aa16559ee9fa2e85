"""The only writers of calls. What is kept while somebody talks is a draft and is not journalled; every act after it is."""

from tongxing.hotline.actions.callbacks import call_back, promise
from tongxing.hotline.actions.calls import Draft, alarm, begin, finish, keep, look_for_child, one_tap
from tongxing.hotline.actions.passing import answer, link_child, name_for_counsel, refer

__all__ = ["Draft", "alarm", "answer", "begin", "call_back", "finish", "keep", "link_child", "look_for_child", "name_for_counsel", "one_tap", "promise", "refer"]
