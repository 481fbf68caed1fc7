import { lazy, Suspense } from "react";
import { needed } from "#lib/idle.ts";
import type { FailureProps } from "./views.tsx";

/** Loaded after a page's own code, but before they are needed: a network that fails loads nothing more. */
export function loadFailureViews() {
  return import("./views.tsx");
}

const AnyView = lazy(needed(() => loadFailureViews().then((file) => ({ default: file.FailureView }))));
const LazyForbiddenView = lazy(needed(() => loadFailureViews().then((file) => ({ default: file.ForbiddenView }))));

/** Replaces a page's content that could not be shown: missing, forbidden, or broken. */
export function FailureView(props: FailureProps) {
  return (
    <Suspense>
      <AnyView {...props} />
    </Suspense>
  );
}

/** For a page that knows itself that its role may not see it. */
export function ForbiddenView({ permission }: { permission: string }) {
  return (
    <Suspense>
      <LazyForbiddenView permission={permission} />
    </Suspense>
  );
}
