/** Between two attempts, in milliseconds. */
const retryMs = 4_000;

/** Does something, again and again until it succeeds. Returns how to stop that. */
export function untilDone(action: () => Promise<unknown>) {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  function run() {
    action().catch(() => {
      if (!isStopped) timer = setTimeout(run, retryMs);
    });
  }
  run();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
