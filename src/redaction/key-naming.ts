/** What ends the name of a password, its parts joined by `-`. A pass of a filter is none. */
const PASSWORD =
  /(?:passw(?:or)?d|passwort|kennwort|passphrase|passcode|contraseña|zugangscode)$|-(?:pw|pwd|mdp|psk|mot-de-passe|(?:wi-?fi|wlan|wpa[23]?|network|disk|backup)-?(?:key|code|schlüssel)|(?:clé|clef|code)-(?:du-)?wi-?fi)$|(?<!-(?:all|band|by|double|high|long|low|multi|short|single))-pass$/u;
const PIN = /-(?:pin|puk|pin-?code)$/;
/** A number to be typed; `J4-rev-C` is a pin of another kind. */
const PIN_VALUE = /^#?\d{4,10}(?![\p{L}\p{N}.,-])/u;
const TOKEN =
  /-(?:secrets?|[\p{Ll}]*tokens?|jeton|credentials?|cookie|[\p{Ll}]*schlüssel|(?:api|secret|private|access|account|auth|deploy|encryption|licen[cs]e|master|session|shared|signing|storage|subscription|webhook)-?keys?)$/u;

/**
 * What is to be read before a value because of the key that it stands under: `kaffee4all77` is a password by its name alone. Empty unless
 * the key ends in a word for a secret: the value of `password-length` or `secret-store` says something about one and is none.
 */
export function keyNaming(key: string, value: string): string {
  const parts = key
    .replaceAll(/(\p{Ll}|\d)(?=\p{Lu})/gu, '$1-')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '');
  const name = `-${parts.join('-')}`.replace(/-?\d{1,2}$/, '');
  if (PASSWORD.test(name)) return 'password: ';
  if (PIN.test(name)) return PIN_VALUE.test(value) ? 'PIN: ' : '';
  return TOKEN.test(name) ? `${key}: ` : '';
}
