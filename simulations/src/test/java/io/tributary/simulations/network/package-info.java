/**
 * The fault matrix: real nodes and a real coordinator over mutual TLS, with networks between them
 * that fail. docs/decisions/0013 is its table.
 */
@NullMarked
package io.tributary.simulations.network;

import org.jspecify.annotations.NullMarked;
