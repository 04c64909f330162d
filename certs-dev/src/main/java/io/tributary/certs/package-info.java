/**
 * Certificate authority of a federation: keys, certificates, requests, revocation lists and the
 * folder they lie in. Never opens a connection and never decides who may do what.
 */
@NullMarked
package io.tributary.certs;

import org.jspecify.annotations.NullMarked;
