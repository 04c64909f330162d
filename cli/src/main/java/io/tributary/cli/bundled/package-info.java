/**
 * The public model and data that come with the command line. Never on the class path: files that
 * are read as data.
 */
@NullMarked
package io.tributary.cli.bundled;

import org.jspecify.annotations.NullMarked;
