import type { ComponentProps } from "react";
import { cn } from "#lib/cn.ts";

const base =
  "inline-flex items-center justify-center rounded-md font-medium whitespace-nowrap select-none transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-50 data-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0 pointer-coarse:min-h-10 pointer-coarse:min-w-10";

const variants = {
  primary: "border border-transparent bg-primary text-primary-fg hover:not-disabled:bg-primary-hover",
  secondary: "border border-border-strong bg-surface text-fg shadow-1 hover:not-disabled:bg-surface-2",
  ghost: "border border-transparent text-fg-2 hover:not-disabled:bg-surface-3 hover:not-disabled:text-fg",
  danger: "border border-transparent bg-danger text-danger-fg hover:not-disabled:bg-danger-hover",
  dangerGhost: "border border-transparent text-danger-text hover:not-disabled:bg-danger-soft",
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

type Props = ComponentProps<"button"> & ButtonLook & { isBusy?: boolean };

/** A busy button keeps its width, its name and its focus, and ignores further clicks. */
export function Button({ variant, size, isBusy = false, className, children, type = "button", ...rest }: Props) {
  const busy = { "aria-busy": true, "aria-disabled": true, onClick: undefined } as const;
  return (
    <button
      {...rest}
      {...(isBusy && busy)}
      type={isBusy ? "button" : type}
      className={buttonClass({ variant, size }, cn(isBusy && hiddenText, className))}
    >
      {isBusy && <span aria-hidden className="spinner absolute inset-0 m-auto size-4" />}
      {children}
    </button>
  );
}

const hiddenText = "relative cursor-progress [-webkit-text-fill-color:transparent] [&_svg]:opacity-0";
