"""How a protected value is shown to those who need not know it (`code-tables`, privacy 10)."""


def mask_name(name: str) -> str:
    """张子轩 → 张*轩, 张三 → 张*."""
    if len(name) <= 1:
        return name
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * min(len(name) - 2, 6) + name[-1]


def mask_id_number(number: str) -> str:
    """4205**********1234: on a screen, or in a file where no birth date stands beside it."""
    return number[:4] + "*" * 10 + number[-4:] if len(number) >= 15 else "*" * len(number)


def mask_id_number_in_lists(number: str) -> str:
    """42**************34: in a file whose rows hold the birth date and the place too, four digits at each end would leave hardly any unknown."""
    return number[:2] + "*" * (len(number) - 4) + number[-2:] if len(number) >= 15 else "*" * len(number)


def mask_phone(phone: str) -> str:
    """138****5678."""
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:] if len(phone) >= 9 else "*" * len(phone)


def mask_address(address: str) -> str:
    """The first six characters, then stars."""
    return address[:6] + "****" if len(address) > 6 else "****"
