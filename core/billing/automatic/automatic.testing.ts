import { memberPut } from "@muster/local/testing/fixtures/rows.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, openAcme } from "@muster/local/testing/worlds/billing.ts";
import { eachFrom } from "@muster/local/testing/worlds/remember.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { addressOf } from "../../account/account.ts";
import { idOf } from "../../invitation/invitation.ts";
import * as Invitations from "../../invitation/manage.ts";
import * as Sending from "../../invitation/send.ts";
import { asSystem } from "../../kernel/context.ts";
import { StripeError } from "../../kernel/stripe-port.ts";
import type { Item } from "../../table/table.ts";
import * as Billing from "../billing.ts";
import * as Requests from "../requests/requests.ts";
import { changeAutomaticSeats } from "./automatic.ts";
import { followSeats } from "./follow.ts";

type Opened = { billing: BillingWorld; acme: Customer; invited?: number };

/** For each test of a file, Acme has bought seats, and what comes before has happened there. */
export const eachAutomatic = (
  use: (one: Automatically) => unknown,
  { seats = 4, before }: { seats?: number; before?: (one: Automatically) => Promise<unknown> } = {},
): (() => Promise<void>) =>
  eachFrom(
    async () => {
      const opened = await openAcme(seats);
      const one = automaticOf(opened);
      await before?.(one);
      return { ...opened, invited: one.invited() };
    },
    (opened) => use(automaticOf(opened)),
  );

/** Acme, which lets seats be added automatically, and what happens there. */
function automaticOf({ billing, acme, invited = 0 }: Opened) {
  const { organization } = acme;
  const { world } = billing;
  let tried = 0;
  const as = <R>(person: Person, run: () => Promise<R>) => world.as(person, run, { id: organization, role: "write" });
  return {
    billing,
    acme,
    set: (limit: number | null, spare = 1) => resultOf(acme.as(() => changeAutomaticSeats({ limit, spare }))),
    follow: () => asSystem("work", () => followSeats({ job: "followSeats", organization })),
    info: async () => (await acme.as(() => Billing.get({}))).automaticSeats,
    /** The seats of the subscription at Stripe, and those that are free here. */
    seats: async () => [await quantityOf(acme), (await acme.organizationRow()).free],
    charges: async () => (await chargesOf(acme)).length,
    dataOf: async (type: string) =>
      (await acme.events()).flatMap((event) => (event.type === type ? [event.data as Item] : [])),
    invited: () => invited,
    invite: async (many: number) => {
      const invitations = Array.from({ length: many }, () => ({ email: `p${++invited}@example.com` }));
      await acme.as(() => Sending.send({ invitations }));
    },
    /** Revokes the last invitation. */
    revoke: () => acme.as(() => Invitations.revoke({ invitation: idOf(addressOf(`p${invited--}@example.com`)) })),
    /** A member who cannot buy seats. */
    member: async (email: string) => {
      const person = await world.person(email);
      await world.table.write(memberPut(organization, person.account, { role: "write", name: "Bob", email }));
      return person;
    },
    request: (person: Person, seats: number) =>
      as(person, () => Requests.requestSeats({ seats, note: "For support." })),
    requestOf: async (person: Person) => (await as(person, () => Requests.getSeatRequest({}))).request,
    /** Counts changes that are sent to Stripe, which may fail. */
    watch: (failure?: StripeError) => {
      const changeSeats: BillingWorld["port"]["changeSeats"] = async (...all) => {
        tried++;
        if (failure) throw failure;
        return billing.port.changeSeats(...all);
      };
      world.rebind({ stripe: { ...billing.port, changeSeats } });
    },
    tried: () => tried,
    pay: async (card: string) => {
      const { client } = billing;
      const { id } = await client.paymentMethods.attach(card, { customer: (await acme.row())?.customer ?? "" });
      const [subscription] = await acme.subscriptions();
      await client.subscriptions.update(subscription?.id ?? "", { default_payment_method: id });
      await acme.reconcile();
    },
  };
}
export type Automatically = ReturnType<typeof automaticOf>;

export const declined = () => new StripeError("refused", "No.", { code: "card_declined" });

const quantityOf = async (acme: Customer) => (await acme.subscriptions())[0]?.items.data[0]?.quantity;
const chargesOf = async (acme: Customer) =>
  (await acme.invoices()).filter(({ billing_reason }) => billing_reason === "subscription_update");
