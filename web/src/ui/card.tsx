import { createContext, type ReactNode, useId } from "react";
import { cn } from "#lib/cn.ts";

/** A card as wide as a phone. */
export const wideCard = "card overflow-clip max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0";
/** A list of rows in such a card. */
export const listCard = `${wideCard} divide-y divide-border`;

/** A titled part of a page, with its actions at the right of the title. */
export function Section(props: {
  title: ReactNode;
  description?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={cn("card flex flex-col", props.className)}>
      <header className="flex items-start justify-between gap-4 px-5 pt-4 pb-3">
        <div className="min-w-0">
          <h2 id={id} className="text-lg font-semibold">
            {props.title}
          </h2>
          {props.description && <p className="mt-0.5 text-sm text-fg-2">{props.description}</p>}
        </div>
        {props.action}
      </header>
      {props.children}
    </section>
  );
}

/** The main heading of a layout's content: below a header of its own, it is one of the parts. */
export const MainHeading = createContext<"h1" | "h2">("h1");

export function PageHeader({
  title,
  description,
  actions,
}: {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}) {
  const Description = typeof description === "string" ? "p" : "div";
  return (
    <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
      <div className="min-w-0 flex-1 basis-72">
        <h1 className="text-xl font-semibold [overflow-wrap:anywhere]">{title}</h1>
        {description && <Description className="mt-0.5 text-fg-2">{description}</Description>}
      </div>
      {actions && (
        <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:*:flex-1 max-sm:has-[>:nth-child(4)]:*:basis-2/5">
          {actions}
        </div>
      )}
    </header>
  );
}
