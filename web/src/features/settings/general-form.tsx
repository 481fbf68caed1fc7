import { countries } from "@muster/core/setting/shape.ts";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { whyClosed } from "#features/rollouts/text.ts";
import { billingQuery } from "#lib/billing.ts";
import { countryName } from "#lib/country-name.ts";
import { rolloutQuery } from "#lib/rollouts.ts";
import type { GeneralSettings } from "#lib/settings.ts";
import { Banner } from "#ui/banner.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { SettingsSection } from "#ui/settings-section.tsx";
import { ConflictBanner, EditingBar } from "./editing-bar.tsx";
import { postingName, postingOptions } from "./labels.ts";
import { type ControlProps, SettingField, StateSelect, textField } from "./setting-field.tsx";
import { SingleSignOnConfirmation } from "./single-sign-on-confirmation.tsx";
import { type GeneralEditing, useGeneral } from "./use-general.ts";
import type { FieldName } from "./values.ts";

type Props = {
  organizationId: string;
  general: GeneralSettings;
  /** The reason that nothing can be changed, if there is one. */
  readOnly: string | undefined;
};

export function GeneralForm({ organizationId, general, readOnly }: Props) {
  const { editing, reauthentication } = useGeneral(organizationId, general);
  const { changedBy, changedAt } = editing.seen;
  useLinkedField();
  return (
    <>
      <form noValidate onSubmit={editing.submit}>
        <div className="grid gap-4 pt-6 empty:hidden">
          {readOnly !== undefined && <Banner tone="info">{readOnly}</Banner>}
        </div>
        <fieldset disabled={readOnly !== undefined} className="min-w-0">
          <Fields organizationId={organizationId} editing={editing} />
        </fieldset>
        <EditingBar
          editing={editing}
          conflict={<ConflictBanner organizationId={organizationId} editing={editing} by={changedBy} at={changedAt} />}
        />
      </form>
      <SingleSignOnConfirmation reauthentication={reauthentication} />
    </>
  );
}

/** A link to a field leads to its control. */
function useLinkedField() {
  const hash = useLocation({ select: (location) => location.hash });
  useEffect(() => document.getElementsByName(hash)[0]?.focus(), [hash]);
}

function Fields({ organizationId, editing }: { organizationId: string; editing: GeneralEditing }) {
  const { data } = useQuery(rolloutQuery(organizationId));
  const refusals = useQuery(billingQuery(organizationId)).data?.contactRefusals;
  const closed = (field: FieldName) => whyClosed(data?.rollout, field);
  return (
    <>
      <SettingsSection title="Organization" description="Shown in invitations, emails, and the organization switcher.">
        <SettingField editing={editing} field="name" refusals={refusals} autoComplete="organization" />
      </SettingsSection>
      <SettingsSection
        title="Contact"
        description="The person to contact about this organization. Invoices go to the billing email address, if there is one."
      >
        <SettingField editing={editing} field="contact.name" autoComplete="off" />
        <Pair>
          <SettingField editing={editing} field="contact.email" refusals={refusals} type="email" autoComplete="off" />
          <SettingField editing={editing} field="contact.phone" refusals={refusals} type="tel" autoComplete="off" />
        </Pair>
        <SettingField
          editing={editing}
          field="contact.billingEmail"
          refusals={refusals}
          type="email"
          autoComplete="off"
        />
      </SettingsSection>
      <SettingsSection title="Address" description="The postal address of the organization.">
        <SettingField editing={editing} field="address.street" refusals={refusals} autoComplete="off" />
        <Pair>
          <SettingField editing={editing} field="address.postalCode" refusals={refusals} autoComplete="off" />
          <SettingField editing={editing} field="address.city" refusals={refusals} autoComplete="off" />
        </Pair>
        <Pair>
          <SettingField
            editing={editing}
            field="address.country"
            refusals={refusals}
            autoComplete="off"
            show={countryName}
            renderControl={(props) => <NativeSelect {...props} options={countryOptions} />}
          />
          <SettingField
            editing={editing}
            field="address.state"
            refusals={refusals}
            autoComplete="off"
            renderControl={(props) => <StateControl {...props} country={editing.values["address.country"]} />}
          />
        </Pair>
      </SettingsSection>
      <SettingsSection
        title="Updates"
        description="Who can post to everyone. If you turn updates off, they are hidden, also in teams, until you turn them on again."
      >
        <SettingField
          editing={editing}
          field="updates.posting"
          show={postingName}
          renderControl={(props) => <NativeSelect {...props} options={postingOptions} />}
        />
      </SettingsSection>
      <SettingsSection
        title="Single sign-on"
        description="Your identity provider: Microsoft Entra by its directory ID, or another one by its issuer and client ID."
      >
        <Banner tone="info">
          <strong className="font-semibold">Not available yet.</strong> Members keep signing in with a code by email,
          whatever you enter here. Muster saves these values and checks their format only: your provider isn’t
          contacted.
        </Banner>
        <SettingField
          editing={editing}
          field="singleSignOn.directoryId"
          autoComplete="off"
          closed={closed("singleSignOn.directoryId")}
        />
        <Pair>
          <SettingField
            editing={editing}
            field="singleSignOn.issuer"
            autoComplete="off"
            closed={closed("singleSignOn.issuer")}
          />
          <SettingField
            editing={editing}
            field="singleSignOn.clientId"
            autoComplete="off"
            closed={closed("singleSignOn.clientId")}
          />
        </Pair>
      </SettingsSection>
    </>
  );
}

/** A text until a country is chosen. */
function StateControl({ country, ...props }: ControlProps & { country: string }) {
  const text = textField(props);
  return country === "" ? text : <StateSelect {...props} country={country} />;
}

function Pair({ children }: { children: ReactNode }) {
  return <div className="grid items-start gap-5 sm:grid-cols-2">{children}</div>;
}

/** No country, and all of them by name. */
const countryOptions = [
  { value: "", label: "–" },
  ...countries
    .map((code) => ({ value: code, label: countryName(code) }))
    .toSorted((one, other) => one.label.localeCompare(other.label, "en")),
];
