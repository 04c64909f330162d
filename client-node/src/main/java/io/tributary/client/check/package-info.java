/**
 * Looks at a node's configuration, certificates, data, machine and coordinator before it runs, and
 * says what to mend. Changes nothing.
 */
@NullMarked
package io.tributary.client.check;

import org.jspecify.annotations.NullMarked;
