import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { ahead } from "#lib/idle.ts";
import { toast } from "./toast.ts";

/** The wait before a message. Code that has loaded already is shown sooner. */
const messageMs = 1_000;

/**
 * A dialog, or another part of a page that somebody opens. Its code is loaded ahead, so that it is there with the click;
 * it is rendered when it is first opened, and then stays, to close smoothly. `skeleton` keeps its place until
 * then. Where a deployment has removed it, the page fails, as for any lost part.
 */
export function opened<P extends object>(load: () => Promise<ComponentType<P>>, skeleton?: ReactNode) {
  let loaded: ComponentType<P> | undefined;
  const part = ahead(async () => {
    loaded = await load();
    return { default: loaded };
  });
  const Lazy = lazy(part);
  return function Opened(props: P & { isOpen?: boolean }) {
    const { isOpen = true } = props;
    const [Part, setPart] = useState<ComponentType<P>>();
    if (isOpen && Part === undefined) setPart(() => loaded ?? Lazy);
    return (
      Part && (
        <Suspense fallback={<Waiting>{skeleton}</Waiting>}>
          <Part {...props} />
        </Suspense>
      )
    );
  };
}

/** Says why nothing opens. */
function Waiting({ children }: { children: ReactNode }) {
  useEffect(() => {
    const timer = setTimeout(() => {
      if (!navigator.onLine) {
        toast("No connection", { description: "This opens when you’re back online.", type: "error" });
      }
    }, messageMs);
    return () => clearTimeout(timer);
  }, []);
  return children;
}
