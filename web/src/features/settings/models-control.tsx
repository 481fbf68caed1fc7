import { useState } from "react";
import type { Catalog, CatalogModel } from "#lib/catalog.ts";
import { plural } from "#lib/format.ts";
import { Badge } from "#ui/badge.tsx";
import { Banner } from "#ui/banner.tsx";
import { Switch } from "#ui/switch.tsx";
import { withCatalog } from "./catalog.tsx";
import { contextText, isFound, isNewSince, labelTexts, modelsByProvider, usable, vanished } from "./catalog-text.ts";
import { type ControlProps, useSetting } from "./layer-context.ts";
import { ListEditor, RemoveButton, useList } from "./list-parts.tsx";

/** Model by model: which ones members may use while allowed models are customized. */
export const ModelsControl = withCatalog("h-80", Models);

function Models({ field, catalog }: ControlProps & { catalog: Catalog }) {
  const { saved, blocked, list, set } = useList(field);
  const providers = useList("models.providers").list;
  const isRestricted = useSetting("models.isRestricted").shown === true;
  const [text, setText] = useState("");
  const groups = modelsByProvider(catalog, ({ id, name, description, labels }) =>
    isFound(text, id, name, description, labels.join(" ")),
  );
  const gone = vanished(list, catalog.models).filter((id) => isFound(text, id));
  const shown = groups.flatMap(({ models }) => models.map(({ id }) => id));
  const isNothing = isRestricted && usable(list, providers).length === 0;

  return (
    <ListEditor
      field={field}
      above={
        isNothing && (
          <Banner tone="warning">
            Nothing is allowed: members have no model to use until you allow one and turn its provider on.
          </Banner>
        )
      }
      search={{ label: "Search models", text, onText: setText }}
      count={`${list.length} of ${catalog.models.length} allowed`}
      actions={[
        { label: "All on", onClick: () => set(shown, true) },
        { label: "All off", onClick: () => set([...shown, ...gone], false) },
      ]}
      none={groups.length === 0 && gone.length === 0 && `No model has “${text.trim()}” in it.`}
    >
      {groups.map(({ provider, models }) => (
        <section key={provider.id} aria-label={`Models of ${provider.name}`}>
          <h3 className="flex items-center gap-2 pb-1 text-sm font-medium text-fg-2">
            {provider.name}
            {isRestricted && !providers.includes(provider.id) && <Badge tone="warning">Provider is off</Badge>}
          </h3>
          <ul className="divide-y divide-border rounded-lg border border-border">
            {models.map((model) => (
              <Model
                key={model.id}
                model={model}
                isNew={isNewSince(model, saved?.at)}
                isOn={list.includes(model.id)}
                blocked={blocked}
                onChange={(isOn) => set([model.id], isOn)}
              />
            ))}
          </ul>
        </section>
      ))}
      {gone.length > 0 && (
        <section aria-label="Not in the catalog">
          <h3 className="pb-1 text-sm font-medium text-fg-2">
            {plural(gone.length, "model")} that the catalog no longer has
          </h3>
          <ul className="divide-y divide-border rounded-lg border border-border">
            {gone.map((id) => (
              <li key={id} className="flex min-h-12 items-center gap-3 py-1.5 pr-2 pl-3">
                <code className="min-w-0 flex-1 truncate font-mono text-sm">{id}</code>
                <Badge tone="warning">Gone</Badge>
                <RemoveButton entry={id} blocked={blocked} onClick={() => set([id], false)} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </ListEditor>
  );
}

type ModelProps = {
  model: CatalogModel;
  isNew: boolean;
  isOn: boolean;
  blocked: string | undefined;
  onChange: (isOn: boolean) => void;
};

function Model({ model, isNew, isOn, blocked, onChange }: ModelProps) {
  const { name, description, labels, context, modalities, state } = model;
  const facts = [description, context === undefined ? undefined : contextText(context), modalities.join(", ")];
  return (
    <li className="flex min-h-14 items-center gap-3 px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-sm font-medium">
          {name}
          {labels.map((label) => labelTexts[label] !== undefined && <Badge key={label}>{labelTexts[label]}</Badge>)}
          {state === "deprecated" && <Badge tone="warning">Deprecated</Badge>}
          {isNew && <Badge tone="accent">New</Badge>}
        </p>
        <p className="text-xs text-fg-3">{facts.filter(Boolean).join(" · ")}</p>
      </div>
      <Switch aria-label={`Allow ${name}`} isOn={isOn} blocked={blocked} onChange={onChange} />
    </li>
  );
}
