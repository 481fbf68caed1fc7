import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import { type ComponentProps, type ReactElement, type ReactNode, useId } from "react";
import { cn } from "#lib/cn.ts";

const item =
  "flex min-w-0 cursor-default items-center gap-2.5 rounded-md px-2 py-1.5 text-sm outline-none select-none data-disabled:text-fg-3 data-disabled:[&_svg]:opacity-45 data-highlighted:bg-surface-2 pointer-coarse:py-2.5 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-fg-3";

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

/** Connects one menu to the many triggers of a list, so that a row costs no more than a button. */
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

type ItemProps = Omit<ComponentProps<typeof Base.Item>, "disabled"> & {
  icon?: ReactNode;
  isDangerous?: boolean;
  /** The reason that it cannot be chosen now, as a sentence. It keeps its place, and says so. */
  blocked?: string | undefined;
};

export function MenuItem({ icon, children, isDangerous = false, blocked, ...rest }: ItemProps) {
  const { label, named } = useReason(blocked, children);
  return (
    <Base.Item
      {...rest}
      {...named}
      className={cn(item, isDangerous && !blocked && "text-danger-text [&_svg]:text-danger-text!")}
    >
      {icon}
      {label}
    </Base.Item>
  );
}

/** The label of an item with the reason below it, if it is blocked: named by the one, described by the other. */
function useReason(blocked: string | undefined, children: ReactNode) {
  const id = useId();
  if (blocked === undefined) {
    return { label: children, named: undefined };
  }
  return {
    label: (
      <span className="min-w-0 flex-1">
        <span id={id}>{children}</span>
        <span id={`${id}-reason`} className="block max-w-60 text-xs text-fg-2">
          {blocked}
        </span>
      </span>
    ),
    named: { disabled: true, "aria-labelledby": id, "aria-describedby": `${id}-reason` },
  };
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

type Choice<T extends string> = {
  value: T;
  label: string;
  icon?: ReactNode;
  hint?: string;
  blocked?: string | undefined;
};

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
          <ChoiceItem key={choice.value} choice={choice} />
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

function ChoiceItem<T extends string>({ choice: { value, label: text, icon, hint, blocked } }: { choice: Choice<T> }) {
  const { label, named } = useReason(blocked, text);
  return (
    <Base.RadioItem value={value} closeOnClick className={item} {...named}>
      {icon}
      {blocked === undefined ? (
        <span className="min-w-0 flex-1">
          {label}
          {hint && <span className="block text-xs text-fg-3">{hint}</span>}
        </span>
      ) : (
        label
      )}
      <Base.RadioItemIndicator className="ml-auto">
        <Check className="text-accent-text!" />
      </Base.RadioItemIndicator>
    </Base.RadioItem>
  );
}

type CheckProps = {
  isChecked: boolean;
  hint?: string;
  /** The reason that it cannot be changed now, as a sentence. */
  blocked?: string | undefined;
  onChange: (isChecked: boolean) => void;
  children: string;
};

/** An item that is on or off; the menu stays open. */
export function MenuCheck({ isChecked, hint, blocked, onChange, children }: CheckProps) {
  const { label, named } = useReason(blocked, children);
  return (
    <Base.CheckboxItem checked={isChecked} onCheckedChange={onChange} className={item} {...named}>
      <span className="grid size-4 place-items-center rounded-sm border border-control [[data-checked]>&]:border-accent [[data-checked]>&]:bg-accent">
        <Base.CheckboxItemIndicator>
          <Check className="size-3! text-accent-fg!" strokeWidth={3} />
        </Base.CheckboxItemIndicator>
      </span>
      {blocked === undefined ? (
        <span className="min-w-0 flex-1">
          {label}
          {hint && <span className="block max-w-60 text-xs text-fg-3">{hint}</span>}
        </span>
      ) : (
        label
      )}
    </Base.CheckboxItem>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="mx-1 my-1 h-px bg-border" />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2 pt-1.5 pb-1 text-xs font-medium text-fg-3">{children}</div>;
}
