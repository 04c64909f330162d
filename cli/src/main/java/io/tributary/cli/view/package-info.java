/**
 * What an operator sees of runs and nodes, as records, and how it is drawn. Never fetches anything
 * and knows no messages of the wire.
 */
@NullMarked
package io.tributary.cli.view;

import org.jspecify.annotations.NullMarked;
