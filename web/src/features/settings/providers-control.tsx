import { providerOf } from "@muster/settings/entry.ts";
import type { Catalog } from "#lib/catalog.ts";
import { Badge } from "#ui/badge.tsx";
import { Switch } from "#ui/switch.tsx";
import { WithCatalog } from "./catalog.tsx";
import { vanished } from "./catalog-text.ts";
import { type ControlProps, useSetting } from "./layer-context.ts";
import { InheritedList } from "./list-parts.tsx";
import { listIn } from "./say.ts";

/** Each provider on or off. */
export function ProvidersControl(props: ControlProps) {
  return <WithCatalog className="h-40">{(catalog) => <Providers {...props} catalog={catalog} />}</WithCatalog>;
}

function Providers({ field, labelId, catalog }: ControlProps & { catalog: Catalog }) {
  const { say, blocked, setValue } = useSetting(field);
  const models = useSetting("models.allowed").say;
  const list = listIn(say);
  const allowed = listIn(models);
  const gone = vanished(list, catalog.providers).map((id) => ({ id, name: id }));
  return (
    <div className="grid gap-3">
      <InheritedList field={field} />
      <ul aria-labelledby={labelId} className="grid gap-x-6 sm:grid-cols-2">
        {[...catalog.providers, ...gone].map(({ id, name }) => {
          const of = catalog.models.filter((model) => providerOf(model.id) === id);
          const count = of.filter((model) => allowed.includes(model.id)).length;
          return (
            <li key={id} className="flex min-h-12 items-center gap-3">
              <span className="min-w-0 flex-1">
                <span className="flex items-center gap-2 text-sm font-medium">
                  {name}
                  {gone.some((one) => one.id === id) && <Badge tone="warning">Not in the catalog</Badge>}
                </span>
                <span className="tabular block text-xs text-fg-3">
                  {count} of {of.length} models allowed
                </span>
              </span>
              <Switch
                aria-label={`Provider ${name}`}
                isOn={list.includes(id)}
                blocked={blocked}
                onChange={(isOn) => setValue(isOn ? [...list, id] : list.filter((one) => one !== id))}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
