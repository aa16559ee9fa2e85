"""The tables of reports and cases. Only ``protection.actions`` writes them.

Who sees a case is said once, by the table of cases (both walls); what hangs on a case is seen by whoever sees the case.
"""

from tongxing.protection.models.case import Case, CaseChild, Involved, Line
from tongxing.protection.models.judging import Assessment, Conclusion
from tongxing.protection.models.knock import Knock
from tongxing.protection.models.report import Hop, OnCall, Report
from tongxing.protection.models.work import Placement, Task

__all__ = ["Assessment", "Case", "CaseChild", "Conclusion", "Hop", "Involved", "Knock", "Line", "OnCall", "Placement", "Report", "Task"]
