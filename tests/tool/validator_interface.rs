//! The methods of a service, as its introspection tells them: made by `tiny-xmlrpc codegen`.

use tiny_xmlrpc::{Binary, DateTime, Struct, Value, interface};

interface! {
    /// The methods of the service.
    pub trait Validator {
        /// Returns the real roots of a*x*x + b*x + c, the smaller one first; a double one once. If there are none, or a
        /// is zero, it is fault 3.
        fn quadratic(&self, arg1: f64, arg2: f64, arg3: f64) -> Vec<Value>;

        /// Returns its argument as it was received.
        fn remote_repr(&self, arg1: Value) -> Value;

        /// Returns the specifications that this server keeps to, with their versions.
        fn system_get_capabilities(&self) -> Struct = "system.getCapabilities";

        /// Returns the names of all methods, sorted.
        fn system_list_methods(&self) -> Vec<Value> = "system.listMethods";

        /// Returns the help text of the method of this name.
        fn system_method_help(&self, arg1: &str) -> String = "system.methodHelp";

        /// Returns the signatures of the method of this name: for each an array of the result's type and the
        /// parameters' types; or the string "undef" if it has none.
        fn system_method_signature(&self, arg1: &str) -> Vec<Value> = "system.methodSignature";

        /// Makes several calls at once. Takes an array of structs, each with a methodName and an array of params, and
        /// returns an array with, for each, an array of its one result, or the struct of its fault.
        fn system_multicall(&self, arg1: &[Value]) -> Vec<Value> = "system.multicall";

        /// Returns the sum of all members curly. Takes an array of structs, each with at least the integers moe, larry
        /// and curly.
        fn validator1_array_of_structs_test(&self, arg1: &[Value]) -> i32 = "validator1.arrayOfStructsTest";

        /// Counts the characters that XML needs entities for. Returns a struct with ctLeftAngleBrackets,
        /// ctRightAngleBrackets, ctAmpersands, ctApostrophes and ctQuotes.
        fn validator1_count_the_entities(&self, arg1: &str) -> Struct = "validator1.countTheEntities";

        /// Returns the sum of the struct's integers moe, larry and curly.
        fn validator1_easy_struct_test(&self, arg1: Struct) -> i32 = "validator1.easyStructTest";

        /// Returns the struct as it came.
        fn validator1_echo_struct_test(&self, arg1: Struct) -> Struct = "validator1.echoStructTest";

        /// Takes a value of each type that is no container, and returns an array of all six.
        fn validator1_many_types_test(&self, arg1: i32, arg2: bool, arg3: &str, arg4: f64, arg5: DateTime, arg6: Binary) -> Vec<Value> = "validator1.manyTypesTest";

        /// Returns the first and the last string of the array, one behind the other.
        fn validator1_moderate_size_array_check(&self, arg1: &[Value]) -> String = "validator1.moderateSizeArrayCheck";

        /// Takes a calendar, a struct of years, which are structs of months, which are structs of days. Returns the sum
        /// of the integers moe, larry and curly of the 1st of April 2000, which is calendar.2000.04.01.
        fn validator1_nested_struct_test(&self, arg1: Struct) -> i32 = "validator1.nestedStructTest";

        /// Returns a struct with the number multiplied: times10, times100 and times1000.
        fn validator1_simple_struct_return_test(&self, arg1: i32) -> Struct = "validator1.simpleStructReturnTest";
    }
    pub client ValidatorClient;
}

// These have no signature that could be said here; `Client::call` calls them:
// addtogether
// faulty
