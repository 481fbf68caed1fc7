import { counted } from "@muster/core/base/counted.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export type Format = ReturnType<typeof formatFor>;

/** Formats dates and numbers, and sorts names, for one locale and time zone; the words around them are English. */
export function formatFor(locale: string | undefined, zone: string | undefined) {
  const absolute = dateFormat(locale, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
    timeZoneName: "short",
  });
  const dayOfYear = dateFormat(locale, { day: "numeric", month: "short", timeZone: zone });
  const date = dateFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: zone });
  const dayAnywhere = dateFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const monthAnywhere = dateFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" });
  const count = new Intl.NumberFormat(locale);
  const share = new Intl.NumberFormat(locale, { style: "percent" });
  const collator = new Intl.Collator(locale, { numeric: true });

  return {
    /** The order of names in this language. */
    compare: collator.compare,
    absolute: (at: string) => absolute.format(new Date(at)),
    date: (at: string) => date.format(new Date(at)),
    /** A day without a time is the same day in every time zone. */
    day: (on: string) => dayAnywhere.format(new Date(on)),
    /** The month of such a day. */
    month: (on: string) => monthAnywhere.format(new Date(on)),
    /** Returns the days since such a day, within two weeks; otherwise the day itself. */
    relativeDay(on: string, now: number) {
      const today = new Date(now).toISOString().slice(0, 10);
      const daysAgo = Math.max(0, Math.round((Date.parse(today) - Date.parse(on)) / (day * 1000)));
      return daysAgo < 14 ? words.format(-daysAgo, "day") : dayAnywhere.format(new Date(on));
    },
    number: (value: number) => count.format(value),
    /** "1 seat", "1,200 seats". */
    plural: (value: number, one: string, many?: string) => counted(value, one, many, count),
    /** @param value of a hundred */
    percent: (value: number) => share.format(value / 100),
    relative(at: string, now: number) {
      const then = new Date(at);
      const near = nearText((then.getTime() - now) / 1000);
      const isThisYear = then.getFullYear() === new Date(now).getFullYear();
      return near ?? (isThisYear ? dayOfYear : date).format(then);
    },
  };
}

/** "12 minutes", "about 2 hours": how long to wait, rounded up so that nobody comes back too early. */
export function waitText(seconds: number) {
  if (seconds < 90) {
    return plural(Math.max(1, Math.ceil(seconds)), "second");
  }
  if (seconds < 90 * minute) {
    return plural(Math.ceil(seconds / minute), "minute");
  }
  return `about ${plural(Math.ceil(seconds / hour), "hour")}`;
}

const counts = new Intl.NumberFormat();

/** "1 seat", "1,200 seats": grouped by this browser's locale. */
export const plural = (count: number, one: string, many?: string) => counted(count, one, many, counts);

const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** Words for an instant within two weeks of now; beyond that, a date says more. */
function nearText(seconds: number) {
  const distance = Math.abs(seconds);
  if (distance < minute) {
    return seconds > 0 ? "in a moment" : "just now";
  }
  // The past is rounded down to whole units, the future to the nearest.
  const whole = seconds > 0 ? Math.round : Math.trunc;
  if (distance < hour) {
    return words.format(whole(seconds / minute), "minute");
  }
  if (distance < day) {
    return words.format(whole(seconds / hour), "hour");
  }
  return distance < 14 * day ? words.format(whole(seconds / day), "day") : undefined;
}

type DateOptions = Omit<Intl.DateTimeFormatOptions, "timeZone"> & { timeZone: string | undefined };

/** An unknown locale or time zone must not take the page down. */
function dateFormat(locale: string | undefined, { timeZone, ...options }: DateOptions) {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, ...(timeZone && { timeZone }) });
  } catch {
    return new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" });
  }
}
