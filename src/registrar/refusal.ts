/** An answer other than 200; `text` goes into Kamailio's header P-Registrar-Error. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: readonly (readonly [string, string])[];
}

/** 400: the request says something that can not be meant. */
export function bad(text: string): Refusal {
  return { status: 400, text };
}
