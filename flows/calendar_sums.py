"""Counting in days, weeks and months from a day."""

from datetime import date, timedelta


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def later_month(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def shifted(day: date, count: int, unit: str) -> date | None:
    """So many units later; of months and years the same day, or the last one of a shorter month."""
    try:
        match unit:
            case "day":
                return day + timedelta(days=count)
            case "week":
                return day + timedelta(weeks=count)
            case "fortnight":
                return day + timedelta(weeks=2 * count)
            case "month" | "quarter" | "year":
                first = later_month(day, count * {"month": 1, "quarter": 3, "year": 12}[unit])
                return min(first + timedelta(days=day.day - 1), later_month(first, 1) - timedelta(days=1))
            case _:
                return None
    except (ValueError, OverflowError):
        return None


def day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
