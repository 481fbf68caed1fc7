import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { cn } from "#lib/cn.ts";

const item =
  "flex min-w-0 cursor-default items-center gap-2.5 rounded-md px-2 py-1.5 text-sm outline-none select-none data-disabled:opacity-45 data-highlighted:bg-surface-2 pointer-coarse:py-2.5 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-fg-3";

type MenuProps = { trigger: ReactElement; align?: "start" | "end"; children: ReactNode; className?: string };

export function Menu({ trigger, align = "end", children, className }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50 outline-none">
          <Base.Popup className={cn("popup max-w-[calc(100vw-16px)] min-w-52 p-1", className)}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Ties one menu to the many triggers of a list, so that a row costs no more than a button. */
export const createMenuHandle = Base.createHandle;
type MenuHandle<T> = Base.Handle<T>;

export function triggerOf<T>(handle: MenuHandle<T>) {
  return function MenuTrigger(props: Omit<ComponentProps<"button">, "ref"> & { payload: T }) {
    return <Base.Trigger handle={handle} {...props} />;
  };
}

type SharedMenuProps<T> = Pick<MenuProps, "align" | "className"> & {
  handle: MenuHandle<T>;
  children: (payload: T) => ReactNode;
};

export function SharedMenu<T>({ handle, align = "end", className, children }: SharedMenuProps<T>) {
  return (
    <Base.Root handle={handle}>
      {({ payload }) => (
        <Base.Portal>
          <Base.Positioner sideOffset={4} align={align} className="z-30 outline-none">
            <Base.Popup className={cn("popup max-w-[calc(100vw-16px)] min-w-52 p-1", className)}>
              {payload !== undefined && children(payload)}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      )}
    </Base.Root>
  );
}

type ItemProps = ComponentProps<typeof Base.Item> & { icon?: ReactNode; isDangerous?: boolean };

export function MenuItem({ icon, children, isDangerous = false, ...rest }: ItemProps) {
  return (
    <Base.Item {...rest} className={cn(item, isDangerous && "text-danger-text [&_svg]:text-danger-text!")}>
      {icon}
      {children}
    </Base.Item>
  );
}

/** An item that is a link, so that it also opens in a new tab. */
export function MenuLink({ render, icon, children }: { render: ReactElement; icon?: ReactNode; children: ReactNode }) {
  return (
    <Base.LinkItem render={render} closeOnClick className={item}>
      {icon}
      {children}
    </Base.LinkItem>
  );
}

type Choice<T extends string> = { value: T; label: string; icon?: ReactNode; hint?: string };

type ChoicesProps<T extends string> = {
  label: string;
  value: T;
  choices: Choice<T>[];
  onChoose: (value: T) => void;
};

export function MenuChoices<T extends string>({ label, value, choices, onChoose }: ChoicesProps<T>) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-xs font-medium text-fg-3">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={onChoose}>
        {choices.map((choice) => (
          <Base.RadioItem key={choice.value} value={choice.value} closeOnClick className={item}>
            {choice.icon}
            <span className="min-w-0 flex-1">
              {choice.label}
              {choice.hint && <span className="block text-xs text-fg-3">{choice.hint}</span>}
            </span>
            <Base.RadioItemIndicator className="ml-auto">
              <Check className="text-accent-text!" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="mx-1 my-1 h-px bg-border" />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2 pt-1.5 pb-1 text-xs font-medium text-fg-3">{children}</div>;
}
