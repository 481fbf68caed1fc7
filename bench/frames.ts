/** What is needed of an event in a trace of Chromium; times are in microseconds. */
export type TraceEvent = { name: string; ph: string; pid: number; tid: number; ts: number; dur?: number };

export const frameMark = "bench.frame";

const script = new Set(["FunctionCall", "EvaluateScript", "RunMicrotasks", "MinorGC", "MajorGC"]);

/** How long scripts ran in each frame, in ms: in the thread that set the marks, between one and the next. */
export function framesOf(events: TraceEvent[]): number[] {
  const marks = events.filter(({ name }) => name === frameMark).toSorted((one, other) => one.ts - other.ts);
  const [mark] = marks;
  const calls = events
    .filter(({ name, ph, pid, tid }) => ph === "X" && script.has(name) && pid === mark?.pid && tid === mark.tid)
    .toSorted((one, other) => one.ts - other.ts);
  const frames: number[] = Array.from({ length: Math.max(0, marks.length - 1) }, () => 0);
  let [frame, seenUntil] = [0, 0];
  for (const { ts, dur = 0 } of calls) {
    const begin = Math.max(ts, seenUntil);
    const end = Math.max(ts + dur, seenUntil);
    seenUntil = end;
    while (frame < frames.length && ts >= (marks[frame + 1]?.ts ?? Number.POSITIVE_INFINITY)) frame++;
    if (frame < frames.length && ts >= (marks[0]?.ts ?? 0)) frames[frame] = (frames[frame] ?? 0) + (end - begin) / 1000;
  }
  return frames;
}
