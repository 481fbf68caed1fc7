/** The part of bench/browser/members-page.ts that runs in the page. */
globalThis.bench = {
  elements: () => document.querySelectorAll("*").length,

  /** Returns the ms from the last event of this kind until the element was painted. */
  painted: (event, selector) =>
    new Promise((resolve) => {
      let begun;
      window.addEventListener(event, () => (begun = performance.now()), { capture: true });
      function look() {
        if (begun === undefined || document.querySelector(selector) === null) {
          requestAnimationFrame(look);
          return;
        }
        // A message that is sent in a frame is received after that frame was painted.
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener("message", () => resolve(performance.now() - begun));
        port1.start();
        port2.postMessage("painted");
      }
      requestAnimationFrame(look);
    }),

  /** Scrolls so many pixels per frame, with a mark in the trace, until the last row is reached. */
  async scrollTo(row, pixelsPerFrame, mark) {
    while (document.querySelector(`tr[aria-rowindex="${row}"]`) === null) {
      await new Promise(requestAnimationFrame);
      performance.mark(mark);
      window.scrollBy(0, pixelsPerFrame);
    }
  },
};
