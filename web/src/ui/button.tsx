import type { ComponentProps, MouseEvent } from "react";
import { cn } from "#lib/cn.ts";
import { blockedBy } from "./blocked.ts";

const base =
  "inline-flex items-center justify-center rounded-md font-medium whitespace-nowrap select-none transition-colors duration-100 blocked:cursor-not-allowed blocked:opacity-50 data-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0 pointer-coarse:min-h-10 pointer-coarse:min-w-10";

const variants = {
  primary: "border border-transparent bg-primary text-primary-fg hover:not-blocked:bg-primary-hover",
  secondary: "border border-border-strong bg-surface text-fg shadow-1 hover:not-blocked:bg-surface-2",
  ghost: "border border-transparent text-fg-2 hover:not-blocked:bg-surface-3 hover:not-blocked:text-fg",
  danger: "border border-transparent bg-danger text-danger-fg hover:not-blocked:bg-danger-hover",
  dangerGhost: "border border-transparent text-danger-text hover:not-blocked:bg-danger-soft",
};

const sizes = {
  small: "h-7 gap-1.5 px-2 text-sm",
  medium: "h-8 gap-1.5 px-3 text-sm",
  large: "h-9 gap-2 px-3.5 text-base",
  icon: "size-8",
  iconSmall: "size-7",
};

export type ButtonLook = { variant?: keyof typeof variants | undefined; size?: keyof typeof sizes | undefined };

/** The look of a button, for links and for triggers that render themselves. */
export function buttonClass({ variant = "secondary", size = "medium" }: ButtonLook = {}, more?: string) {
  return cn(base, variants[variant], sizes[size], more);
}

type Props = Omit<ComponentProps<"button">, "disabled"> &
  ButtonLook & {
    isBusy?: boolean;
    /** The reason that it cannot be pressed now, as a sentence. No button is disabled without one. */
    blocked?: string | undefined;
  };

/** A busy or blocked button keeps its width, its name and its focus, and ignores clicks. */
export function Button({
  variant,
  size,
  isBusy = false,
  blocked,
  className,
  children,
  type = "button",
  ...rest
}: Props) {
  const isInert = isBusy || blocked !== undefined;
  return (
    <button
      {...rest}
      {...blockedBy(blocked)}
      {...(isBusy && { "aria-busy": true, "aria-disabled": true })}
      {...(isInert && { onClick: refuse })}
      type={type}
      className={buttonClass({ variant, size }, cn(isBusy && hiddenText, className))}
    >
      {isBusy && <span aria-hidden className="spinner absolute inset-0 m-auto size-4" />}
      {children}
    </button>
  );
}

/** Also where the Enter key in a field would submit the form. */
function refuse(event: MouseEvent) {
  event.preventDefault();
}

const hiddenText = "relative cursor-progress [-webkit-text-fill-color:transparent] [&_svg]:opacity-0";
