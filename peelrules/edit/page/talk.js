// The server, asked and told. It is on this machine, so that what takes long is not the way to it.

export class Gone extends Error {}

export class Refused extends Error {
  constructor(status, told) {
    super(told.message ?? "the server refused");
    this.status = status;
    this.told = told;
  }
}

async function answered(path, options) {
  let response;
  try {
    response = await fetch(`/api/${path}`, { ...options, redirect: "error" });
  } catch {
    throw new Gone();
  }
  let told;
  try {
    told = await response.json();
  } catch {
    told = { message: response.status === 403 ? "this page is of a server that has stopped" : "the server failed" };
  }
  if (!response.ok) throw new Refused(response.status, told);
  return told;
}

export const ask = (path) => answered(path, {});

export const tell = (path, body = {}) =>
  answered(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
