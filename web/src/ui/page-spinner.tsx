/** Only a slow network ever shows this: a page's code has not come yet. */
export function PageSpinner() {
  return (
    <div className="grid min-h-dvh place-items-center text-fg-3">
      <output aria-label="Loading" className="spinner size-6" />
    </div>
  );
}
