// Python's strftime in the C locale, for the fields that chat templates write dates with.
const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const two = (value: number): string => String(value).padStart(2, "0");

const FIELDS: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getFullYear()),
  y: (date) => two(date.getFullYear() % 100),
  m: (date) => two(date.getMonth() + 1),
  d: (date) => two(date.getDate()),
  e: (date) => String(date.getDate()).padStart(2),
  B: (date) => MONTHS[date.getMonth()]!,
  b: (date) => MONTHS[date.getMonth()]!.slice(0, 3),
  A: (date) => DAYS[date.getDay()]!,
  a: (date) => DAYS[date.getDay()]!.slice(0, 3),
  H: (date) => two(date.getHours()),
  I: (date) => two(date.getHours() % 12 || 12),
  M: (date) => two(date.getMinutes()),
  S: (date) => two(date.getSeconds()),
  p: (date) => (date.getHours() < 12 ? "AM" : "PM"),
  j: (date) => String(dayOfYear(date)).padStart(3, "0"),
  F: (date) => strftime(date, "%Y-%m-%d"),
  T: (date) => strftime(date, "%H:%M:%S"),
  "%": () => "%",
};

/** A date, in local time, by a format of Python. @throws Error for a field that is not known */
export function strftime(date: Date, format: string): string {
  return format.replace(/%-?(.?)/gs, (field, name: string) => {
    const write = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (!write) throw new Error(`strftime_now knows no field "${field}"`);
    const written = write(date);
    return field.startsWith("%-") ? written.replace(/^0+(?=\d)/, "") : written;
  });
}

function dayOfYear(date: Date): number {
  const day = (month: number, of: number): number => Date.UTC(date.getFullYear(), month, of) / 86_400_000;
  return day(date.getMonth(), date.getDate()) - day(0, 0);
}
