/**
 * Reading and writing the JSON objects that pass between a service and its worker. Never their
 * meaning.
 */
@NullMarked
package io.tributary.training.message;

import org.jspecify.annotations.NullMarked;
