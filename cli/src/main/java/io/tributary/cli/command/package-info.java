/**
 * The commands: each parses its options, calls one of the other modules, prints and answers with an
 * exit code. Never holds rules of the domain and no names of the wire.
 */
@NullMarked
package io.tributary.cli.command;

import org.jspecify.annotations.NullMarked;
