"""A county to try: real divisions, invented people, everything by way of the actions."""

COUNTY = 420506000000  # 夷陵区
TOWN = 420506001000  # 小溪塔街道: its supervisor (dudao) is one of the known accounts
