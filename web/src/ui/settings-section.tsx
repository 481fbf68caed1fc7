import { type ReactNode, useId } from "react";

type Props = { title: string; description: string; children: ReactNode };

/** A section of the settings: its description on the left, its fields on the right; on a phone one below the other. */
export function SettingsSection({ title, description, children }: Props) {
  return (
    <section className="grid gap-x-10 gap-y-3 border-b border-border py-6 last:border-b-0 lg:grid-cols-[240px_minmax(0,1fr)]">
      <header>
        <h2 className="text-base font-semibold">{title}</h2>
        <p className="mt-0.5 text-sm text-fg-2 text-pretty">{description}</p>
      </header>
      <div className="card grid gap-5 p-5">{children}</div>
    </section>
  );
}

/** Settings under one heading, each in a row of its own. */
export function SettingsGroup({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="pt-6">
      <h2 id={id} className="pb-2.5 text-base font-semibold">
        {title}
      </h2>
      <div className="card divide-y divide-border">{children}</div>
    </section>
  );
}
