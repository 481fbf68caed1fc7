import { type ComponentProps, type ComponentType, lazy, Suspense } from "react";
import { whenIdle } from "#lib/idle.ts";

type Props<T> = Omit<ComponentProps<"button">, "ref"> & { payload: T };

/** A button of a list that opens a menu: a disabled copy of the button is shown until the menu has loaded. */
export function triggerLater<T>(load: () => Promise<{ default: ComponentType<Props<T>> }>) {
  const Trigger = lazy(whenIdle(load));
  return function TriggerLater({ payload, ...look }: Props<T>) {
    return (
      <Suspense fallback={<button type="button" aria-disabled {...look} />}>
        <Trigger payload={payload} {...look} />
      </Suspense>
    );
  };
}
