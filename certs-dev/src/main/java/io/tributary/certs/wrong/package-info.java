/**
 * Certificates that must be refused, one fault each, for tests of the modules that refuse them.
 * Nothing here is ever called by a running service.
 */
@NullMarked
package io.tributary.certs.wrong;

import org.jspecify.annotations.NullMarked;
