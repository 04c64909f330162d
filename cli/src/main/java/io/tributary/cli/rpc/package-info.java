/**
 * The coordinator as commands see it: calls of the services {@code Operations} and {@code
 * Artifacts}, answered as records of {@code view}. The only place of the command line where names
 * of the wire appear; never prints.
 */
@NullMarked
package io.tributary.cli.rpc;

import org.jspecify.annotations.NullMarked;
