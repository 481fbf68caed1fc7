import { type Account, emit } from "./account.ts";
import { end } from "./collect.ts";
import * as Customer from "./customer.ts";

/** Deletes a customer, and ends its subscriptions at once. */
export function removeCustomer(account: Account, _params: object, id: string) {
  const { state } = account;
  const customer = Customer.get(account, id);
  for (const subscription of state.subscriptions.values()) {
    if (subscription.customer === id && subscription.ended_at === null) {
      end(account, subscription, "cancellation_requested");
    }
  }
  for (const method of state.paymentMethods.values()) {
    if (method.customer === id) method.customer = null;
  }
  const deleted = { id, object: "customer", deleted: true };
  state.customers.delete(id);
  state.deletedCustomers.set(id, deleted);
  emit(account, "customer.deleted", customer);
  return deleted;
}
