/** Shown only on a slow network: a page's code has not loaded yet. */
export function PageSpinner() {
  return (
    <div className="grid min-h-dvh place-items-center text-fg-3">
      <output aria-label="Loading" className="spinner size-6" />
    </div>
  );
}
