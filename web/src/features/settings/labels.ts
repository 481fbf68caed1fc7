/** The fields of the general settings, in the order of the form. */
export const labels = {
  name: "Organization name",
  "contact.name": "Contact person",
  "contact.email": "Email address",
  "contact.phone": "Phone",
  "address.street": "Street and number",
  "address.postalCode": "Postal code",
  "address.city": "City",
  "address.country": "Country",
  "address.state": "State or region",
} as const;
