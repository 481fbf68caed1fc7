/** The used part of an event in a Chromium trace: its time, and its thread time; in microseconds. */
export type TraceEvent = {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
};

export const frameMark = "bench.frame";

const script = new Set(["FunctionCall", "EvaluateScript", "RunMicrotasks", "MinorGC", "MajorGC"]);

/**
 * How long scripts ran in each frame, in ms of CPU, which is independent of other work on the machine: in the thread
 * that set the marks, between one mark and the next.
 */
export function framesOf(events: TraceEvent[]): number[] {
  const marks = events.filter(({ name }) => name === frameMark).toSorted((one, other) => one.ts - other.ts);
  const [mark] = marks;
  const frames: number[] = Array.from({ length: Math.max(0, marks.length - 1) }, () => 0);
  if (!mark) return frames;
  const calls = events
    .filter(({ name, ph, pid, tid }) => ph === "X" && script.has(name) && pid === mark.pid && tid === mark.tid)
    .toSorted((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0));
  let [frame, outerEnd] = [0, mark.ts];
  for (const { ts, dur = 0, tdur = dur } of calls) {
    // A nested call is counted with the outer one.
    if (ts < outerEnd) continue;
    outerEnd = ts + dur;
    while (frame < frames.length && ts >= (marks[frame + 1]?.ts ?? Number.POSITIVE_INFINITY)) frame++;
    if (frame < frames.length) frames[frame] = (frames[frame] ?? 0) + tdur / 1000;
  }
  return frames;
}
