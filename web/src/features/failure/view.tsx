import { lazy, Suspense } from "react";
import type { FailureProps } from "./views.tsx";

/** They come after a page's own code, but before they are needed: a network that fails brings nothing more. */
export function loadFailureViews() {
  return import("./views.tsx");
}

const AnyView = lazy(() => loadFailureViews().then((file) => ({ default: file.FailureView })));
const LazyForbiddenView = lazy(() => loadFailureViews().then((file) => ({ default: file.ForbiddenView })));

/** What stands where a page's content could not be shown: missing, not allowed, or broken. */
export function FailureView(props: FailureProps) {
  return (
    <Suspense>
      <AnyView {...props} />
    </Suspense>
  );
}

/** Where the page itself knows that it is not for this role. */
export function ForbiddenView({ permission }: { permission: string }) {
  return (
    <Suspense>
      <LazyForbiddenView permission={permission} />
    </Suspense>
  );
}
